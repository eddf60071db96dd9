import Checkpoints
import Containers
import Foundation
import Synchronization
import Tensors

/// Carries out a plan: workers take chunks, each read, converted and written to its own place.
public struct Executor: Sendable {
  public struct Progress: Sendable {
    public let bytesDone: Int
    public let bytes: Int
  }
  public struct Outcome: Sendable {
    /// Found while reading: values that the new type cannot hold.
    public let problems: [Problem]
    /// Chunks that an earlier, interrupted run had done.
    public let resumedChunks: Int
  }

  public let plan: ConversionPlan
  public let threads: Int
  public var force = false
  /// Values that a type cannot hold end the run.
  public var strict = false
  public var nonFinite = NonFinite.refuse
  /// Whether floats that keep their type are looked at too: a lossless copy keeps what it finds.
  public var checksCopies = false
  public var cancellation = Cancellation()
  public var onProgress: @Sendable (Progress) -> Void = { _ in }

  public init(_ plan: ConversionPlan, threads: Int) {
    self.plan = plan
    self.threads = threads
  }

  /// Seconds between two syncs of the journal: what a crash can cost.
  var journalInterval: TimeInterval = 5
  /// Seconds until the first.
  var firstJournal: TimeInterval = 1

  private struct State {
    var journal: Journal
    var bytesDone = 0
    var nextSave: Date
    /// One worker at a time writes the journal: a sync may take longer than the interval.
    var isSaving = false
    var findings: [String: Problem] = [:]
  }

  /// Writes the output and gives it its name.
  ///
  /// Throws `FormatError`, and then nothing is left behind; or `Interrupted`, and then the part
  /// file and its journal stay, and the same call goes on from there.
  public func run(to path: String) throws -> Outcome {
    if let obstacle = plan.obstacle { throw obstacle }
    try OutputFile.refuseExisting(path, force: force)
    let geometries = plan.steps.map(Chunk.Geometry.init)
    let chunks = Chunk.all(of: geometries)
    var journal = Journal(for: path, plan, chunks: chunks.count)
    // The journal is read when the part file is ours: until then another run may change both.
    let output = try OutputFile(path: path, byteCount: plan.byteCount, force: force) {
      journal.resume()
    }
    if !output.isResumed { journal.discard() }
    do {
      let resumed = journal.doneCount
      let state = Mutex(State(journal: journal, nextSave: Date() + firstJournal))
      try output.write(plan.header, at: 0)
      try convert(chunks, geometries, state, output)
      try check(output)
      try output.commit()
      journal.remove()
      let problems = state.withLock { $0.findings.values.sorted { $0.subject < $1.subject } }
      return Outcome(problems: problems, resumedChunks: resumed)
    } catch let error as FormatError {
      output.discard()
      journal.remove()
      throw error
    }
  }

  private func convert(
    _ chunks: [Chunk], _ geometries: [Chunk.Geometry], _ state: borrowing Mutex<State>,
    _ output: OutputFile
  ) throws {
    let isDone = state.withLock { $0.journal.done }
    let pipelines = (0..<threads).map { _ in
      RowPipeline(plan, geometries, nonFinite, checksCopies: checksCopies)
    }
    let workers = Workers(threads: threads)
    try workers.run(count: chunks.count) { (index, worker) throws(FormatError) in
      if cancellation.isCancelled { return }
      let chunk = chunks[index]
      let step = plan.steps[chunk.step]
      var problem: Problem?
      do throws(FormatError) {
        if !isDone[index] { problem = try pipelines[worker].run(chunk, into: output) }
        if strict, let problem {
          throw FormatError(
            .damaged, problem.message, subject: problem.subject, remedy: problem.remedy)
        }
      } catch { throw plan.located(error, in: step) }
      let share = step.info.byteCount * chunk.units.count / max(1, geometries[chunk.step].units)
      try record(index, share, problem, state, output)
    }
    if cancellation.isCancelled {
      try output.synchronize()
      throw try state.withLock { state throws(FormatError) in
        try state.journal.save()
        return Interrupted(chunksDone: state.journal.doneCount, chunks: chunks.count)
      }
    }
  }

  private func record(
    _ index: Int, _ bytes: Int, _ problem: Problem?, _ state: borrowing Mutex<State>,
    _ output: OutputFile
  ) throws(FormatError) {
    let (progress, snapshot) = state.withLock { state -> (Progress, Journal?) in
      state.bytesDone += bytes
      state.journal.mark(index)
      if let problem { state.findings[problem.subject] = problem }
      let progress = Progress(bytesDone: state.bytesDone, bytes: plan.byteCount)
      guard !state.isSaving,
        Date() > state.nextSave
      else { return (progress, nil) }
      state.isSaving = true
      return (progress, state.journal)
    }
    onProgress(progress)
    // The snapshot was taken before the sync, so every chunk that it names is on the disk after it.
    if let snapshot {
      try output.synchronize()
      try snapshot.save()
      state.withLock { state in
        state.isSaving = false
        state.nextSave = Date() + journalInterval
      }
    }
  }

  /// Reads the header back before the file gets its name.
  private func check(_ output: OutputFile) throws(FormatError) {
    let file = try FileBytes(path: output.partPath)
    let tensors: [TensorInfo] =
      plan.header.starts(with: GGUFFile.magic)
      ? try GGUFFile(file).tensors : try SafetensorsFile(file).tensors
    guard tensors == plan.steps.map(\.info) else {
      throw FormatError(
        .io, "what was written does not read back", file: output.path,
        remedy: "The disk may be failing: check it, or write to another one.")
    }
  }
}
