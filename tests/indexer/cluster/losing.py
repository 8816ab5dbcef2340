"""A run on a cluster of two machines, played by this one, of which one is lost in the middle; in a process of its own,
since a process can be part of one cluster only.
"""

import json
import os
import sys
import threading
import time
from pathlib import Path

from indexer.cluster import ray_data
from tests.indexer import marked
from tests.indexer.cluster.conftest import contents, indexed, machines


def main(place: str, folder: str, most: int) -> None:
    os.environ.update(ray_data.QUIET)
    import ray
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    lost = cluster.add_node(num_cpus=1)
    ray.init(cluster.address, log_to_driver=False)

    def lose() -> None:
        while len(contents(place)) < most:
            time.sleep(0.2)
        cluster.remove_node(lost, allow_graceful=False)

    losing = threading.Thread(target=lose, daemon=True)
    losing.start()
    report = indexed(place, Path(folder), machines(place, marked.careful))
    told = {"lost": not losing.is_alive(), "added": report.added, "look": report.hands["look"]}
    sys.stdout.write(f"{json.dumps(told)}\n")
    ray.shutdown()
    cluster.shutdown()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
