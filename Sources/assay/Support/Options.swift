import ArgumentParser
import Foundation
import Tensors

struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON document on stdout.")
  var json = false
}

struct ThreadOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "Threads to use. The result is the same for any number.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads must be from 1 to 1024.")
    }
  }

  var workers: Workers { Workers(threads: threads) }
}
