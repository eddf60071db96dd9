import Containers

/// What a run may take, in bytes.
public struct MemoryBudget: Sendable, Equatable {
  /// The process holds so much before the run.
  public let held: Int
  /// The most that it may hold at any time.
  public let limit: Int

  public static let unlimited = MemoryBudget(held: 0, limit: .max)

  public init(held: Int, limit: Int) {
    self.held = held
    self.limit = limit
  }
}

/// The memory that a run over one or several sequences takes, known before it begins.
public struct RunPlan: Sendable, Equatable {
  /// What the process holds already: the program, the text, small tensors as floats.
  public let heldBytes: Int
  /// Pages of weights that are in memory at once.
  public let weightBytes: Int
  /// Keys, values and intermediate results of all sequences that run together.
  public let passBytes: Int
  public let logitBytes: Int
  /// How many sequences run together.
  public let sequences: Int
  /// Whether weights are given back after every block.
  public let isStreaming: Bool

  public var bytes: Int { heldBytes + weightBytes + passBytes + logitBytes }

  /// One model, or two in lockstep, and what each sequence takes of it.
  ///
  /// Where all weights fit into `limit` beside one sequence they stay. Else they are streamed, and
  /// as many of the `count` sequences run together as fit. Throws where not even one does.
  public init(
    _ models: [(reference: ReferenceModel, pass: MemoryPlan)], sequences count: Int,
    logitBytes: Int, budget: MemoryBudget
  ) throws(FormatError) {
    let pass = models.reduce(0) { $0 + $1.pass.bytes }
    let all = models.reduce(0) { $0 + $1.reference.pages.byteCount }
    let most = models.reduce(0) { $0 + $1.reference.pages.largestPart }
    let (limit, rest) = (budget.limit, budget.held + logitBytes)
    heldBytes = budget.held
    self.logitBytes = logitBytes
    isStreaming = rest + all + pass > limit
    weightBytes = isStreaming ? most : all
    let room = limit - rest - weightBytes
    guard !isStreaming || room >= pass else {
      throw FormatError(
        .damaged, "the run does not fit into the memory that it may take",
        file: models.first?.reference.model.checkpoint.path, subject: "--max-memory",
        expected: "at least \(rest + weightBytes + pass) bytes", found: "\(limit)",
        remedy: "Allow more memory, or give a shorter --context.")
    }
    sequences = isStreaming ? max(1, min(count, room / max(1, pass))) : 1
    passBytes = pass * sequences
  }
}
