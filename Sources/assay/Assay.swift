import ArgumentParser

@main
struct Assay: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "assay")
}
