import Containers

extension Checkpoint {
  /// Weights that a checkpoint of Hugging Face packs in FP8 with scales (DeepSeek V3, Qwen3-FP8), as
  /// the values that they stand for; and its config.json, as if it had never packed them. Nil for any
  /// other checkpoint.
  static func unpacked(
    _ tensors: any TensorFile, _ config: JSON?, file: String, problems: inout [Problem]
  ) throws(FormatError) -> (tensors: any TensorFile, config: JSON, bytes: [UInt8])? {
    let key = "quantization_config"
    guard let config, let packing = config.present(key),
      packing.present("quant_method")?.string == "fp8"
    else { return nil }
    let size = packing.present("weight_block_size")?.elements.compactMap(\.int) ?? []
    guard size.count == 2, let block = BlockScaledTensors.Block(rows: size[0], columns: size[1])
    else {
      throw FormatError(
        .unknown, "FP8 weights that are scaled in a way that nothing here reads", file: file,
        subject: "\(key).weight_block_size", expected: "rows and columns of a block",
        found: packing.present("weight_block_size").map { JSONValue($0).serialized() } ?? "nothing")
    }
    let unpacked = try BlockScaledTensors(tensors, block: block)
    problems.append(
      Problem(
        .note, "unpacked-fp8", subject: "\(unpacked.scaledCount) tensors",
        "are FP8 with a scale for each block of \(block.rows) × \(block.columns); they are read as "
          + "the F32 that they stand for"))
    var plain = JSONValue(config)
    plain[key] = nil
    let bytes = Array((plain.serialized(pretty: true) + "\n").utf8)
    return (unpacked, try JSON(bytes, file: file), bytes)
  }
}
