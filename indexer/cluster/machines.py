"""The new photographs of a run, done by the machines of a cluster ahead of all others; what they leave, and whatever
depends on other photographs, is for this machine.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from indexer.cluster import apart, choice
from indexer.cluster.apart import Cluster, Join
from indexer.cluster.keeping import keep
from indexer.cluster.parcels import Looked, Refused, Secret, Told, parcels
from indexer.cluster.ray_data import ClusterLost, Hands, Stage
from indexer.cluster.stages import Adding, Keeping, Looking, Sight, Tagging
from indexer.plan import Comparison
from indexer.processes import cores
from indexer.report import Tally
from indexer.scan import Candidate
from retrieval.errors import FacequeryError
from retrieval.stores.places import Place, is_served
from retrieval.writing.store import Writer

FEW = 8  # photographs for which no cluster is begun
MOST = 16  # cores for which one process of Ray's is enough, which is one that writes into the library
NEARLY = 0.9  # of the cores that are wanted are enough, where that makes fewer such processes


class MachineRefused(FacequeryError):
    """A machine of the cluster cannot do its part."""


@dataclass(frozen=True, slots=True)
class Machines:
    """A cluster at an `address`, "auto" for the one that this machine is part of, or without one of this machine's own.
    `number` of its processes look, or as many as it has cores, in the manner of `sight`: with tags, or without them
    where graphics cards are to tag, which they do unless the `device` is "cpu".
    """

    sight: Callable[[bool], Sight]
    place: Place
    address: str | None = None
    number: int | None = None
    device: str = "auto"
    join: Join = apart.joined

    def ahead(self, writer: Writer, folders: Sequence[str], comparison: Comparison, tally: Tally) -> Comparison:
        """Adds new photographs to the library; what is left to be done. NoCluster, ClusterLost, MachineRefused."""
        if len(choice.new(comparison)) < FEW:
            return comparison
        done = set[str]()
        try:
            self._add(writer, folders, comparison, tally, done)
        except ClusterLost as error:
            raise ClusterLost(
                f"{error} At least {len(done):,} new photographs were added before, and are in the library; the same "
                "command goes on from there, and so does `facequery index` on this machine alone."
            ) from error
        return replace(comparison, todo=[pair for pair in comparison.todo if pair[0].path not in done])

    def _add(
        self, writer: Writer, folders: Sequence[str], comparison: Comparison, tally: Tally, done: set[str]
    ) -> None:
        """The paths of what is `done` are added as they are."""
        begun = time.perf_counter()
        with self.join(self.address, self.number or cores()) as cluster:
            tally.hands["look"] = looking = self._looking(cluster.hands)
            files = choice.choose(writer, comparison, looking, cluster.flow)
            for parcel in self._done(writer, files, folders, cluster):
                if not done:
                    busy = _busy(parcel) / parted(cluster.hands.cores, looking)[1]
                    tally.watch.seconds["start"] = max(0.0, time.perf_counter() - begun - busy)
                done.update(_counted(parcel, tally))

    def _done(
        self, writer: Writer, files: list[Candidate], folders: Sequence[str], cluster: Cluster
    ) -> Iterator[tuple[Told, ...]]:
        """What became of the files, in no order; the library is written by the machines if it is on a server, else
        here, where its file is.
        """
        hands = cluster.hands
        by_card = hands.gpus > 0 and self.device != "cpu"
        sight = replace(self.sight(not by_card), folders=tuple(folders))
        stages = self._stages(sight, hands, by_card=by_card)
        for parcel in cluster.flow(parcels(files, self._looking(hands)), stages):
            if isinstance(parcel, Refused):
                raise MachineRefused(f"{parcel.machine} cannot go on. {parcel.said} What was committed before is safe.")
            yield keep(writer, parcel, sight.way) if isinstance(parcel, Looked) else parcel

    def _stages(self, sight: Sight, hands: Hands, *, by_card: bool) -> list[Stage]:
        """Without graphics cards one stage does everything, so that no pixel travels."""
        number, cores = parted(hands.cores, self._looking(hands))
        library, at_once = Secret(self.place), 2 * cores
        if is_served(self.place) and not by_card:
            return [Stage(Adding, (sight, cores, library), number, cpus=cores, at_once=at_once)]
        stages = [Stage(Looking, (sight, cores), number, cpus=cores, at_once=at_once)]
        if by_card:
            stages.append(Stage(Tagging, (sight.name, self.device, sight.model), hands.gpus, cpus=0, gpus=1))
        if is_served(self.place):
            stages.append(Stage(Keeping, (library, sight.model, sight.way), number, cpus=0))
        return stages

    def _looking(self, hands: Hands) -> int:
        return max(1, min(self.number or hands.cpus, hands.cpus))


def parted(cores: Sequence[int], wanted: int) -> tuple[int, int]:
    """By how many processes, with how many cores each, so many cores of machines with these are taken: by the fewest
    that take nearly all of them.
    """
    found = (1, 1)
    for each in range(1, MOST + 1):
        number = min(sum(there // each for there in cores), wanted // each)
        if number * each >= NEARLY * wanted:
            found = number, each
    return found


def _counted(parcel: tuple[Told, ...], tally: Tally) -> Iterator[str]:
    """Counts a parcel as one machine would; the paths of what need not be looked at again."""
    for told in parcel:
        for stage, seconds in told.seconds.items():
            tally.watch.seconds[stage] += seconds
        if told.left:
            continue
        tally.done += 1
        tally.added += told.faces > 0
        tally.faces += told.faces
        if not told.faces:
            tally.reject(told.path, told.reason)
        tally.tell(told.path)
        yield told.path


def _busy(parcel: tuple[Told, ...]) -> float:
    """Seconds that somebody worked on it."""
    return sum(sum(told.seconds.values()) for told in parcel)
