"""The types of fields, a file a family; `registry` lists them, and `FieldType` says what they are asked."""
