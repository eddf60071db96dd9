import Checkpoints
import Containers
import Foundation

/// The files that a run reads.
struct Inputs {
  private let identities: Set<FileIdentity>

  /// `files` beside the models: texts, token ids, recipes.
  init(_ models: [Checkpoint], _ files: [String?] = []) {
    let paths =
      files.compactMap(\.self)
      + models.flatMap { model in
        [model.path, (model.tensors as? ShardedTensors)?.index].compactMap(\.self)
          + model.tensors.files.map(\.path)
          + (model.tensors.format == "gguf"
            ? [] : Checkpoint.Companion.allCases.map(model.path(of:)))
      }
    identities = Set(paths.compactMap(FileIdentity.init(path:)))
  }

  func contain(_ path: String) -> Bool {
    FileIdentity(path: path).map(identities.contains) ?? false
  }
}

/// A place that a run writes to.
struct Output {
  let path: String
  private let force: Bool
  private let isDirectory: Bool

  init(_ path: String, _ force: Bool, isDirectory: Bool = false) {
    self.path = path
    self.force = force
    self.isDirectory = isDirectory
  }

  /// Before any work: throws where writing would be refused, and where it would destroy an input,
  /// whatever its name and whatever `--force` says.
  func check(_ inputs: Inputs) throws(FormatError) {
    let written =
      isDirectory
      ? (["model.safetensors"] + Checkpoint.Companion.allCases.map(\.rawValue))
        .map { path + "/" + $0 } : []
    for name in [path, path + ".assay-part"] + written where inputs.contain(name) {
      throw FormatError(
        .exists, "is an input of this run, and no input is overwritten", file: name,
        remedy: "Choose another name for the output.")
    }
    try OutputFile.refuseExisting(path, force: force)
    let parent = URL(filePath: path).deletingLastPathComponent().path
    // A directory is made with those above it.
    guard isDirectory || FileManager.default.isWritableFile(atPath: parent) else {
      throw FormatError(
        .exists, "cannot be created: its directory is not there, or not yours to write to",
        file: path, remedy: "Choose a directory that exists and that you may write to.")
    }
  }

  /// What `check` would throw, for a run that writes nothing.
  func objection(_ inputs: Inputs) -> Problem? {
    do throws(FormatError) {
      try check(inputs)
      return nil
    } catch {
      return Problem(
        .note, "output-refused", subject: path, "would be refused: it \(error.message)",
        remedy: error.remedy)
    }
  }
}
