"""What stands in for ParallelCluster in tests, and the contract that both keep."""
