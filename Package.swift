// swift-tools-version: 6.2
import PackageDescription

// Rooms, in dependency order. `Scripts/check-rooms` holds this file against the direction that
// CONTRIBUTING.md states, so an arrow that points the wrong way fails the tests.

/// Parsers read bytes that nobody vouches for: the compiler lists what is unsafe in them.
let hostile: [SwiftSetting] = [.enableExperimentalFeature("Lifetimes"), .strictMemorySafety()]
let borrowing: [SwiftSetting] = [.enableExperimentalFeature("Lifetimes")]

let package = Package(
  name: "assay",
  platforms: [.macOS("26.0")],
  products: [
    .executable(name: "assay", targets: ["assay"]),
    .library(name: "Tensors", targets: ["Tensors"]),
    .library(name: "Containers", targets: ["Containers"]),
    .library(name: "Checkpoints", targets: ["Checkpoints"]),
    .library(name: "Tokenizers", targets: ["Tokenizers"]),
    .library(name: "Chat", targets: ["Chat"]),
    .library(name: "Reference", targets: ["Architectures", "Reference"]),
    .library(name: "Conversion", targets: ["Quantization", "Conversion"]),
    .library(name: "Generation", targets: ["Generation"]),
    .library(name: "Verification", targets: ["Verification"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    .target(name: "CKernels"),
    .systemLibrary(
      name: "CPCRE2", pkgConfig: "libpcre2-8",
      providers: [.apt(["libpcre2-dev"]), .brew(["pcre2"])]),

    .target(name: "Tensors", dependencies: ["CKernels"]),
    .target(name: "Containers", dependencies: ["Tensors"], swiftSettings: hostile),
    .target(name: "Checkpoints", dependencies: ["Containers"]),
    .target(name: "Tokenizers", dependencies: ["Containers", "CPCRE2"]),
    .target(name: "Chat", dependencies: ["Containers"]),
    .target(name: "Architectures", dependencies: ["Checkpoints"]),
    .target(name: "Quantization", dependencies: ["Architectures"]),
    .target(name: "Reference", dependencies: ["Architectures"]),
    .target(name: "Conversion", dependencies: ["Quantization", "Tokenizers"]),
    .target(name: "Verification", dependencies: ["Reference", "Tokenizers"]),
    .target(name: "Generation", dependencies: ["Reference", "Tokenizers"]),
    .executableTarget(
      name: "assay",
      dependencies: [
        "Conversion", "Generation", "Verification",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    .target(name: "TestSupport", dependencies: ["Architectures"], path: "Tests/TestSupport"),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors", "TestSupport"]),
    .testTarget(
      name: "ContainersTests", dependencies: ["Containers", "TestSupport"],
      swiftSettings: borrowing),
    .testTarget(name: "CheckpointsTests", dependencies: ["Checkpoints", "TestSupport"]),
    .testTarget(name: "TokenizersTests", dependencies: ["Tokenizers", "TestSupport"]),
    .testTarget(name: "ChatTests", dependencies: ["Chat", "TestSupport"]),
    .testTarget(name: "ArchitecturesTests", dependencies: ["Architectures", "TestSupport"]),
    .testTarget(name: "QuantizationTests", dependencies: ["Quantization", "TestSupport"]),
    .testTarget(name: "ReferenceTests", dependencies: ["Reference", "Conversion", "TestSupport"]),
    .testTarget(name: "ConversionTests", dependencies: ["Conversion", "TestSupport"]),
    .testTarget(name: "VerificationTests", dependencies: ["Verification", "TestSupport"]),
    .testTarget(name: "GenerationTests", dependencies: ["Generation", "TestSupport"]),
    .testTarget(
      name: "CommandTests", dependencies: ["assay", "Architectures", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu17
)
