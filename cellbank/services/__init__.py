"""The verbs: read, ask the gate, change, record. A service neither opens nor commits."""
