"""The custom resource Custom::ParallelCluster: one cluster of AWS ParallelCluster."""
