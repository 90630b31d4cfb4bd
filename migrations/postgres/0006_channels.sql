-- The channel a customer wrote over last, which is the one they are answered over.
ALTER TABLE customers ADD COLUMN channel TEXT NOT NULL DEFAULT 'simulator'
    CHECK (channel IN ('simulator', 'whatsapp'));
