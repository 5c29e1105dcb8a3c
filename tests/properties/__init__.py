"""Properties that hold for every tree, every declaration and every order of things."""
