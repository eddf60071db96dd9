import Architectures
import Containers
import Tensors

/// `inspect --json`.
struct InspectJSON {
  private let inspection: Inspection
  private let filter: String?

  init(_ inspection: Inspection, filter: String?) {
    self.inspection = inspection
    self.filter = filter
  }

  func document(tensors: Bool, metadata: Bool) -> JSONValue {
    let file = inspection.file
    var json: JSONValue = [
      "format": .string(file.format),
      "name": .string(inspection.name),
      "architecture": .optional(inspection.architectureName),
      "parameters": .int(file.parameterCount),
      "bytes": .int(file.byteCount),
      "bits_per_weight": .double(file.bitsPerWeight),
      "tensor_count": .int(file.tensors.count),
      "files": .array(
        file.files.map { ["path": .string($0.path), "bytes": .int($0.count)] }),
      "dtypes": .object(
        inspection.shares.map { share in
          .init(
            key: share.type.name,
            value: [
              "tensors": .int(share.tensors), "parameters": .int(share.elements),
              "bytes": .int(share.bytes), "share": .double(share.share),
            ])
        }),
      "hyper_parameters": inspection.model.map { InspectJSON.numbers($0.parameters) } ?? .null,
      "tokenizer": tokenizer,
      "license": .optional(inspection.licence),
      "base_models": .array(inspection.baseModels.map(JSONValue.string)),
      "gguf_bytes": .object(
        inspection.sizes.map { .init(key: $0.preset.name, value: .int($0.bytes)) }),
      "chat_template": .bool(inspection.hasChatTemplate),
      "cache_bytes_per_token": .optional(inspection.cacheBytesPerToken),
      "state_bytes": .optional(inspection.stateBytes),
      "problems": .array(inspection.problems.map(\.json)),
    ]
    if metadata {
      json["metadata"] = .object(
        file.metadata.entries.filter { matches($0.key) }.map {
          .init(key: $0.key, value: InspectJSON.value($0.value))
        })
    }
    if tensors { json["tensors"] = .array(file.tensors.filter { matches($0.name) }.map(tensor)) }
    return json
  }

  private func matches(_ name: String) -> Bool { filter.map(name.contains) ?? true }

  private func tensor(_ info: TensorInfo) -> JSONValue {
    let location = try? inspection.file.location(of: info)
    return [
      "name": .string(info.name), "dtype": .string(info.dtype.name),
      "shape": .array(info.shape.dimensions.map(JSONValue.int)), "bytes": .int(info.byteCount),
      "file": .optional(location?.file.path), "offset": .optional(location?.offset),
    ]
  }

  private var tokenizer: JSONValue {
    guard let tokenizer = inspection.tokenizer else { return .null }
    return [
      "vocabulary_size": .int(tokenizer.vocabularySize),
      "pre": .optional(inspection.file.metadata["tokenizer.ggml.pre"]?.string),
      "bos_token_id": .optional(tokenizer.bos), "eos_token_id": .optional(tokenizer.eos),
      "padding_token_id": .optional(tokenizer.pad), "add_bos": .bool(tokenizer.addBOS),
    ]
  }

  private static func numbers(_ p: HyperParameters) -> JSONValue {
    var numbers: JSONValue = [
      "block_count": .int(p.blockCount), "context_length": .int(p.contextLength),
      "embedding_length": .int(p.embeddingLength),
      "feed_forward_length": .int(p.feedForwardLength), "head_count": .int(p.headCount),
      "head_count_kv": .int(p.headCountKV), "key_length": .int(p.keyLength),
      "vocabulary_size": .int(p.vocabularySize),
      "layer_norm_rms_epsilon": .double(Double("\(p.rmsEpsilon)") ?? Double(p.rmsEpsilon)),
      "rope_freq_base": .double(Double(p.ropeFreqBase)),
      "tied_embeddings": .bool(p.tiedEmbeddings),
    ]
    if p.kvLoraRank > 0 {
      numbers["kv_lora_rank"] = .int(p.kvLoraRank)
      numbers["key_length_mla"] = .int(p.keyLengthMLA)
      numbers["value_length_mla"] = .int(p.valueLengthMLA)
    }
    return numbers
  }

  private static func value(_ value: MetadataValue) -> JSONValue {
    switch value {
    case .string(let bytes): .string(bytes.text)
    case .bool(let flag): .bool(flag)
    case .float32(let number): .double(Double("\(number)") ?? Double(number))
    case .float64(let number): .double(number)
    case .array(let array): Self.array(array)
    // Beyond Int64 only a double is left; no real key is that large.
    default: value.int.map(JSONValue.int) ?? .optional(value.double)
    }
  }

  private static func array(_ array: MetadataArray) -> JSONValue {
    switch array {
    case .strings(let strings): .array(strings.map { .string($0.text) })
    case .numbers: .array((array.values ?? []).map(value))
    case .arrays(let arrays): .array(arrays.map(Self.array))
    }
  }
}
