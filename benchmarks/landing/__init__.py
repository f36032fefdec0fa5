"""How fast rows land, and at what cost: ours beside dlt, singer-sdk and a bare loop, from one agency."""
