// The filter: folders, cameras, and the 40 attributes with their counts. A tap asks for what it names, another takes it
// back; an attribute's grade opens what it means and its histogram.
import { element } from "./elements.js";
import { Cameras } from "./facets/cameras.js";
import { Folders } from "./facets/folders.js";
import { Group } from "./facets/group.js";
import { mounted } from "./mounted.js";

const PHONE = 768; // CSS pixels: below, Streamlit's sidebar lies over the page

class Filter {
  constructor(parent) {
    const ask = (asked) => this.ask(asked);
    this.folders = new Folders(ask);
    this.cameras = new Cameras(ask);
    this.groups = new Map();
    this.lists = element("div", "fq-f-groups");
    this.notes = element("div", "fq-f-notes");
    this.root = element("section", "fq-facets", { "aria-label": "Filter" }, this.lists, this.folders.element, this.cameras.element, this.notes);
    parent.append(this.root);
  }

  show({ data, setTriggerValue }) {
    this.tell = (asked) => setTriggerValue("asked", asked);
    for (const group of data.groups) this.group(group).show(group.rows, data);
    this.folders.show(data);
    this.cameras.show(data);
    this.cameras.element.hidden = !data.cameras;
    this.notes.replaceChildren(...data.notes.map((note) => element("p", "", {}, note)));
  }

  group({ title, open }) {
    if (!this.groups.has(title)) {
      const made = new Group(title, open, (asked) => this.ask(asked));
      this.groups.set(title, made);
      this.lists.append(made.element);
    }
    return this.groups.get(title);
  }

  ask(asked) {
    this.tell(asked);
    closeSheet();
  }

  end() {
    for (const group of this.groups.values()) group.end();
    this.folders.end();
    this.cameras.end();
    this.root.remove();
  }
}

export const mount = mounted(Filter);

// On a telephone the filter is a sheet that closes when something was chosen.
function closeSheet() {
  if (window.innerWidth >= PHONE) return;
  document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
}
