"""The way in: connectors that read, and the flow read → plan → approve → apply into the register."""
