"""Reading a host into values of `model`, over a read-only connection. Changes nothing."""
