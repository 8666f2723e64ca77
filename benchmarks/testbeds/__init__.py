"""Testbeds: map-like networks on which the answers can be held against a truth."""
