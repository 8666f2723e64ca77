"""Many scenarios on many processors or machines, on Dask; the answers are those of one core."""
