"""Does drift say what was changed since the last apply, and by whom?"""
