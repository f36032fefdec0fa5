"""The same pages for programs and spreadsheets: JSON by named shapes, CSV and ODS."""
