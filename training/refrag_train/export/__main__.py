from refrag_train.export.bundle import main

main()
