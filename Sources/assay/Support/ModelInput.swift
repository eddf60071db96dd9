import Architectures
import Checkpoints
import Containers

/// Opens a model for work, and says what is not simply understood about it.
enum ModelInput {
  static func open(_ path: String, strict: Bool) throws(FormatError) -> Model {
    let checkpoint = try Checkpoint(path: path)
    let model = try Model(checkpoint)
    let problems = checkpoint.problems + model.problems
    Console.report(problems.warnings)
    try refuse(problems, strict: strict, path)
    return model
  }

  /// `--strict`: a warning is an error.
  static func refuse(_ problems: [Problem], strict: Bool, _ path: String) throws(FormatError) {
    guard strict, let first = problems.warnings.first else { return }
    throw FormatError(
      .damaged, "--strict refuses it: \(first.message)", file: first.file ?? path,
      subject: first.subject,
      remedy: first.remedy)
  }
}
