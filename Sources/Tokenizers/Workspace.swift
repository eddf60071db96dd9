import Containers
import Synchronization

/// The memory of one encoding at a time.
struct Workspace {
  var pieces = Pieces()
  var scratch = ModelScratch()
  let matcher: Matcher
}

/// Workspaces that wait for the next text, so that a short text does not pay for a fresh one.
final class WorkspacePool: Sendable {
  /// A workspace belongs to the pool or to one call of `encode`, never to two.
  private struct Idle: @unchecked Sendable { var workspaces: [Workspace] = [] }
  private static let limit = 8
  /// A long text's buffers are not kept.
  private static let byteLimit = 1 << 20

  private let idle = Mutex(Idle())

  func take() throws(FormatError) -> Workspace {
    let taken = idle.withLock { Idle(workspaces: $0.workspaces.popLast().map { [$0] } ?? []) }
    if let workspace = taken.workspaces.first { return workspace }
    guard let matcher = Matcher() else {
      throw FormatError(.io, "there is no memory for matching patterns")
    }
    return Workspace(matcher: matcher)
  }

  func giveBack(_ workspace: Workspace) {
    var workspace = workspace
    if workspace.pieces.text.count > WorkspacePool.byteLimit {
      workspace.pieces = Pieces()
      workspace.scratch.merger = BPEMerger()
      workspace.scratch.lattice = Unigram.Lattice()
    }
    let returned = Idle(workspaces: [workspace])
    idle.withLock {
      if $0.workspaces.count < WorkspacePool.limit { $0.workspaces += returned.workspaces }
    }
  }
}
