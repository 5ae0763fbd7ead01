# surveys
