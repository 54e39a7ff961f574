"""What exactly does a request ask of the core? Typed requests become the core's, for one index."""

from rescora.compile.plan import FieldScript, Plan, Planner

__all__ = ["FieldScript", "Plan", "Planner"]
