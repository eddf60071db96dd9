import Tensors

/// Several safetensors files that an index joins: `model.safetensors.index.json` maps each tensor
/// to its shard. Every shard must be present and every tensor be where the index says.
public struct ShardedTensors: TensorFile {
  public let format = "safetensors"
  public let shards: [SafetensorsFile]
  /// The file that joins the shards, or the first of them where there is none.
  public let index: String
  public let tensors: [TensorInfo]
  public let metadata: Metadata
  private let homes: [String: (shard: Int, index: Int)]

  public var files: [FileBytes] { shards.map(\.file) }

  /// Opens the shards that the index at `path` names, beside it.
  public init(index path: String) throws(FormatError) {
    let file = try FileBytes(path: path)
    let index = try JSON(file.contents(), file: path)
    guard let map = index["weight_map"], map.kind == .object, map.count > 0 else {
      throw FormatError(.damaged, "the index has no weight_map", file: path)
    }
    var named: [String: String] = [:]
    var order: [String] = []
    for (tensor, shard) in map.members {
      let name = String(decoding: tensor, as: UTF8.self)
      // A shard's name is a plain file name: an index must not lead out of its directory.
      guard let shard = shard.string, !shard.contains("/"), shard != "..", !shard.isEmpty else {
        throw FormatError(
          .damaged, "its shard is not a file name in the same directory", file: path, subject: name)
      }
      if !order.contains(shard) { order.append(shard) }
      named[name] = shard
    }
    order.sort()
    let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/")
    func beside(_ shard: String) -> String { directory.isEmpty ? shard : directory + "/" + shard }

    var shards: [SafetensorsFile] = []
    for shard in order {
      do throws(FormatError) {
        shards.append(try SafetensorsFile(path: beside(shard)))
      } catch {
        guard error.kind == .missing else { throw error }
        let wanted = named.values.count { $0 == shard }
        throw FormatError(
          .missing, "a shard that the index names is not there", file: beside(shard),
          expected: "one of \(order.count) shards, holding \(wanted) of \(named.count) tensors",
          remedy: "Download \(shard) into the same directory.")
      }
    }
    try self.init(shards: shards, index: path, named: named)
  }

  /// Joins shards that no index describes: all of them must be there, and no tensor be in two.
  public init(shards paths: [String]) throws(FormatError) {
    var shards: [SafetensorsFile] = []
    for path in paths {
      do throws(FormatError) {
        shards.append(try SafetensorsFile(path: path))
      } catch {
        guard error.kind == .missing else { throw error }
        throw FormatError(
          .missing, "a shard of the set is not there", file: path,
          expected: "one of \(paths.count) shards", remedy: "Download it into the same directory.")
      }
    }
    try self.init(shards: shards, index: paths.first ?? "", named: nil)
  }

  private init(shards: [SafetensorsFile], index: String, named: [String: String]?)
    throws(FormatError)
  {
    var tensors: [TensorInfo] = []
    var homes: [String: (shard: Int, index: Int)] = [:]
    for (number, shard) in shards.enumerated() {
      for tensor in shard.tensors {
        if let other = homes[tensor.name] {
          throw FormatError(
            .damaged, "two shards hold the same tensor", file: index, subject: tensor.name,
            found: "\(shards[other.shard].file.path) and \(shard.file.path)",
            remedy: "The shards are of different downloads: fetch all of them again.")
        }
        if let named {
          let home = named[tensor.name]
          guard let home, shard.file.path.hasSuffix(home) else {
            throw FormatError(
              .damaged, "the index does not place this tensor where it is", file: index,
              subject: tensor.name, expected: home ?? "no such tensor", found: shard.file.path,
              remedy: "The index and the shards are of different downloads: fetch them again.")
          }
        }
        homes[tensor.name] = (number, tensors.count)
        tensors.append(tensor)
      }
    }
    for (name, shard) in (named ?? [:]).sorted(by: { $0.key < $1.key }) where homes[name] == nil {
      throw FormatError(
        .damaged, "the index promises a tensor that its shard does not hold", file: index,
        subject: name, expected: "in \(shard)",
        remedy: "The index and the shards are of different downloads: fetch them again.")
    }
    self.shards = shards
    self.index = index
    self.tensors = tensors
    self.homes = homes
    metadata = shards.first?.metadata ?? Metadata()
  }

  public func tensor(named name: String) -> TensorInfo? { homes[name].map { tensors[$0.index] } }

  public func location(of tensor: TensorInfo) throws(FormatError) -> TensorLocation {
    guard let home = homes[tensor.name] else {
      throw FormatError(.missing, "no such tensor", subject: tensor.name)
    }
    return try shards[home.shard].location(of: tensor)
  }
}
