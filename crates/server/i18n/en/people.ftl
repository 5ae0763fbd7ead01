# Places, employees and customers; files that are uploaded.

upload-missing = Choose a file that is not empty.
upload-too-large = The file is larger than 2 GB. Split it and upload the parts one after another.
upload-not-text = This is not a text file. Save the table as CSV (UTF-8) and upload that.
upload-broken = The file did not arrive whole. Upload it again.
upload-disk = The server could not keep the file. Tell the administrator: its disk may be full.
