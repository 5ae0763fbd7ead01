# Who differs.
