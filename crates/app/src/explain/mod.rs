//! Numbers: how satisfied customers are, and whether a change is real.
