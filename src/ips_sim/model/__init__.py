"""The world: entities, chance, rules, and the two drivers that run them."""
