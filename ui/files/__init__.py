"""What people take with them: sheets, tables, crops, COCO, XMP. It asks no library, and prints and draws nothing."""
