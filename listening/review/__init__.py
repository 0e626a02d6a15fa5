"""The review desk: what becomes of a hit once people work on it.

transitions   which event may follow which, in one table
fold          events -> Case
"""
