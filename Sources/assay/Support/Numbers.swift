import Verification

/// One spelling of numbers for the terminal and the report.
typealias Numbers = Verification.Numbers
