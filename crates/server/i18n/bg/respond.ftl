# respond
