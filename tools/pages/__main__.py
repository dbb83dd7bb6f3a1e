"""Write every page of the documents anew into the checkout in which this is called."""

from pathlib import Path

from tools.pages.writing import write_documents

if __name__ == "__main__":
    for written in write_documents(Path.cwd()):
        print(written)
