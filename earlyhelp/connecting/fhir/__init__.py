"""What the NHS speaks: FHIR R4 in JSON and XML, searches, and the UK Core profiles."""
