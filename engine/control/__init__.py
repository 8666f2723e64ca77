"""Sites to sectors, events to states: who holds which ground in which condition, when."""
