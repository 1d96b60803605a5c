"""The values of the graph and the YAML files that hold them."""
