"""The main job: a scenario in, an `Analysis` out."""
