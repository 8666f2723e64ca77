"""What is documented of routes, held against what a scenario says of them."""
