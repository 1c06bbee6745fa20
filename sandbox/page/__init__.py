"""The demo page: the phones of the plant's people side by side, showing and doing only what the twin offers."""
