"""Square's notifications: what a change is told as, to which applications, and where it is kept until it is sent."""
