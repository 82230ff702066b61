"""The EGIL target: `exchange` sends one operation; what the resources hold is `project`'s business."""
