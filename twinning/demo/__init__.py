"""The demonstration world: fictional people and organizations, told in the YAML files beside this one."""
