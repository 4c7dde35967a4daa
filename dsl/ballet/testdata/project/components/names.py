"""What the components of this project have in common."""

OFF, READY, ON = "off", "ready", "on"
