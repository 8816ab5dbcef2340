"""New photographs looked at by the machines of a cluster, ahead of what one machine does with all others."""
