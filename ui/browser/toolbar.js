// Several controls that are one stop of the Tab key: the arrow keys go from one to the next, and it comes back to the one
// that was left. A slider keeps the arrows up and down for itself.
const CONTROLS = "button, input, summary";

export class Toolbar {
  constructor(root) {
    this.root = root;
    root.addEventListener("keydown", (event) => this.pressed(event));
    root.addEventListener("focusin", (event) => this.stop(event.target.closest(CONTROLS)));
    this.settle();
  }

  // To be called when controls came, went, or are hidden: one that can be reached is the stop.
  settle() {
    const controls = this.controls();
    this.stop(controls.find((one) => one.tabIndex === 0 && one === this.last) ?? controls[0]);
  }

  controls() {
    const all = [...this.root.querySelectorAll(CONTROLS)].filter((one) => !one.closest("[aria-hidden=true], [role=menu], [role=listbox], [role=dialog]"));
    return all.filter((one) => !one.disabled && one.getClientRects().length);
  }

  stop(chosen) {
    if (!chosen || !this.controls().includes(chosen)) return;
    this.last = chosen;
    for (const one of this.root.querySelectorAll(CONTROLS)) one.tabIndex = one === chosen ? 0 : -1;
  }

  pressed(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const controls = this.controls(), at = controls.indexOf(event.target);
    if (!step || at < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    controls[(at + step + controls.length) % controls.length].focus();
  }
}
